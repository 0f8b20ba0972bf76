import tensorflow as tf
from tensorflow.keras import layers, models

# Define a simple neural network
model = models.Sequential([
    layers.Dense(5, activation='relu', input_shape=(10,)),
    layers.Dense(1, activation='sigmoid')
])

# Compile the model
model.compile(optimizer='adam', loss='binary_crossentropy')

# Sample input
input_data = tf.random.normal((3, 10))
output = model(input_data)
print(f"Model output shape: {output.shape}")
print(f"Sample output: {output.numpy()}")
